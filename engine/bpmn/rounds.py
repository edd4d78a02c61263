"""Rounds of a loop that only the clock went through: the latest stay in the state, older ones are forgotten.

SpiffWorkflow keeps every task it ever ran, so a diagram that looks again each week grows for as long as it
waits (0.2 s a step after four years). What happened in a round stands in the rows of its timers, handlers
and audit entries; of the task tree only what still waits, and what has been passed, is ever asked.
"""

from collections import Counter
from typing import Any

from SpiffWorkflow.util.task import TaskState


def forget(workflow: Any) -> None:
    """Take out the rounds of every loop, in called processes too, except the newest of each."""
    for tree in (workflow, *workflow.subprocesses.values()):
        for chain in _chains(tree):
            _shorten(tree, chain)


def _chains(tree: Any) -> list[list[Any]]:
    """Stretches of completed tasks that nobody worked on and where nothing branches off, from the root."""
    found: list[list[Any]] = []
    ahead: list[tuple[Any, list[Any]]] = [(tree.task_tree, [])]
    while ahead:
        task, chain = ahead.pop()
        if not _is_passed_by_itself(task):
            ahead.extend((child, []) for child in task.children)
            continue
        if not chain:
            found.append(chain)
        chain.append(task)
        ahead.append((task.children[0], chain))
    return found


def _is_passed_by_itself(task: Any) -> bool:
    return task.state == TaskState.COMPLETED and not task.task_spec.manual and len(task.children) == 1


def _shorten(tree: Any, chain: list[Any]) -> None:
    """A round goes when each of its steps comes again further down: nothing that was passed is unlearned."""
    ahead = Counter(task.task_spec.name for task in chain)
    position = 0
    while position < len(chain):
        end = _end_of_round(chain, position)
        steps = Counter(task.task_spec.name for task in chain[position:end])
        if end > position and all(ahead[name] > times for name, times in steps.items()):
            _take_out(tree, chain[position:end], chain[end])
            ahead -= steps
            del chain[position:end]
        else:
            ahead[chain[position].task_spec.name] -= 1
            position += 1


def _end_of_round(chain: list[Any], start: int) -> int:
    """Where the step at `start` comes next; `start` itself when it does not."""
    spec = chain[start].task_spec
    return next((n for n in range(start + 1, len(chain)) if chain[n].task_spec is spec), start)


def _take_out(tree: Any, round_: list[Any], next_task: Any) -> None:
    parent = round_[0].parent
    children = parent._children
    children[children.index(round_[0].id)] = next_task.id
    next_task.parent = parent
    for task in round_:
        del tree.tasks[task.id]
