"""What the topics of a re-examination share: its case, and how a proposal leaves it."""

from clusters.applications.models import Application
from clusters.reexamination import reexaminations
from clusters.reexamination.models import Reexamination
from clusters.register.models import Cluster
from clusters.revocation import proposals
from clusters.revocation.models import RevocationProposal
from engine.contract import Context


def case_and_cluster(context: Context) -> tuple[Reexamination, Application, Cluster]:
    """The case that this instance runs, held against other steps on the same title."""
    return reexaminations.locked(context.session, context.business_key)


def send_proposal(context: Context, proposal: RevocationProposal, cluster: Cluster) -> None:
    context.send(proposals.MESSAGE, proposal.no, proposals.start_data(proposal, cluster))
