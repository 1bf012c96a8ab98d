"""Blocks, dominators and natural loops of a function."""

from __future__ import annotations

from ad_build.engine.pointers import read_function


def number_blocks(text: str) -> tuple[dict[str, int], list[list[int]], int]:
    """The blocks of a function by name, numbered; the numbers of those that follow each; and the entry's number."""
    edges = read_function(text).edges
    names = list(edges)
    numbers = {name: number for number, name in enumerate(names)}
    successors = [[numbers[name] for name in dict.fromkeys(edges[block]) if name in numbers] for block in names]
    # An entry block that has a label is listed twice, the first time without edges.
    entry = 1 if len(names) > 1 and not successors[0] else 0
    return numbers, successors, entry


def dominators(successors: list[list[int]], entry: int) -> dict[int, int]:
    """The immediate dominator of every block that can be reached, in reverse post-order; the entry's is itself."""
    order = _post_order(successors, entry)[::-1]
    place = {block: number for number, block in enumerate(order)}
    before: dict[int, list[int]] = {block: [] for block in order}
    for block in order:
        for following in successors[block]:
            before[following].append(block)
    dominator = {entry: entry}
    changed = True
    while changed:
        changed = False
        for block in order[1:]:
            known = [one for one in before[block] if one in dominator]
            new = known[0]
            for one in known[1:]:
                while new != one:
                    if place[new] > place[one]:
                        new = dominator[new]
                    else:
                        one = dominator[one]
            if dominator.get(block) != new:
                dominator[block] = new
                changed = True
    return {block: dominator[block] for block in order}


def natural_loops(successors: list[list[int]], entry: int) -> dict[int, set[int]]:
    """The blocks of every natural loop, by its header."""
    dominator = dominators(successors, entry)
    before: dict[int, list[int]] = {block: [] for block in dominator}
    for block in dominator:
        for following in successors[block]:
            before[following].append(block)
    loops: dict[int, set[int]] = {}
    for block in dominator:
        for header in successors[block]:
            above = block
            while above not in (header, entry):
                above = dominator[above]
            if above == header:
                body = loops.setdefault(header, {header})
                pending = [block]
                while pending:
                    member = pending.pop()
                    if member not in body:
                        body.add(member)
                        pending += before[member]
    return loops


def _post_order(successors: list[list[int]], entry: int) -> list[int]:
    seen, order = {entry}, []
    work = [(entry, iter(successors[entry]))]
    while work:
        block, following = work[-1]
        one = next((other for other in following if other not in seen), None)
        if one is None:
            order.append(block)
            work.pop()
        else:
            seen.add(one)
            work.append((one, iter(successors[one])))
    return order
