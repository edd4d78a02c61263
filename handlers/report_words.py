"""What people are told about annual reports and assessments, in words, and to whom. Decides nothing."""

from clusters.annual import annual_reports
from clusters.annual.annual_lateness import Standing
from clusters.annual.models import AnnualReport
from clusters.people import regions
from clusters.register.models import Cluster
from engine.contract import Context
from engine.due_dates import chinese


def named(cluster: Cluster, year: int) -> str:
    return f"{cluster.name}{year}年度"


def tell_county(context: Context, cluster: Cluster, title: str, text: str) -> None:
    """The county's clerk and leader, and the operator's person who helps to fill in."""
    for role in ("county_clerk", "county_leader", "operator_clerk"):
        context.notify_role(role, cluster.county_code, title, text, f"/cases/{context.instance_id}")


def tell_city(context: Context, cluster: Cluster, title: str, text: str) -> None:
    context.notify_role("city_clerk", cluster.city_code, title, text, f"/cases/{context.instance_id}")


def tell_province(context: Context, title: str, text: str) -> None:
    province = regions.province().code
    context.notify_role("prov_clerk", province, title, text, f"/cases/{context.instance_id}")


def tell_late(context: Context, report: AnnualReport, standing: Standing) -> None:
    """Escalation: the level above whoever is late hears of it each week, with what bars a proposal."""
    cluster = annual_reports.cluster_of(context.session, report)
    if standing.late == "cluster":
        title = f"年报逾期未报：{named(cluster, report.year)}"
        reasons = "；".join(standing.why_not)
        text = f"集群尚未报市州。请电话或书面催报并登记送达凭据。暂不能提出撤销建议：{reasons}。"
        tell_city(context, cluster, title, text)
        context.notify_role("city_leader", cluster.city_code, title, text)
    elif standing.late == "city":
        title = f"市州报省逾期：{named(cluster, report.year)}"
        at = annual_reports.arrivals(report).at_city
        text = f"集群已于{chinese(at)}报市州，市州应于{chinese(standing.city_due)}前报省。迟延不计入集群。"
        context.notify_role("city_leader", cluster.city_code, title, text)
        tell_province(context, title, text)
