"""What is kept, as a value; and the note that two hands make of one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ritui.model.shelf import SEAM, SHORTLIST, Kept, Search, Shelf, joined

SHELF = Shelf(
    (
        Kept("a", "Alpha", ("visit", SHORTLIST)),
        Kept("b", "Beta", note="said\nmuch"),
        Kept("c", "Gamma", ("visit",), note="x"),
    ),
    (Search("sun", "solar"),),
)


def test_what_is_on_it() -> None:
    assert SHELF.lists == (SHORTLIST, "visit")
    assert [kept.id for kept in SHELF.on("visit")] == ["a", "c"]
    assert [kept.id for kept in SHELF.on("")] == ["b"]
    assert SHELF.of("c") == SHELF.records[2]
    assert SHELF.of("d") is None
    assert SHELF.search("sun") == SHELF.searches[0]
    assert SHELF.search("moon") is None
    assert SHELF.marks == {"shelved": {"a", "c"}, "noted": {"b", "c"}}
    assert SHELF
    assert Shelf(searches=SHELF.searches)
    assert not Shelf()


def note(*parts: str) -> str:
    return SEAM.join(parts)


@pytest.mark.parametrize(
    ("held", "text", "before", "both"),
    [
        # Nobody else wrote: the text is the note, whatever is in it.
        ("old", "new", "old", "new"),
        ("old", "", "old", ""),
        ("", "new", "", "new"),
        ("same", "same", "old", "same"),
        # Somebody else did.
        ("theirs", "mine", "old", note("theirs", "mine")),
        ("theirs", "mine", "", note("theirs", "mine")),
        ("theirs", "", "old", "theirs"),
        ("", "mine", "old", "mine"),
        ("", "old", "old", ""),
        ("banana", "a", "", note("banana", "a")),
        # Parts that one hand left alone go the way the other wants.
        (note("old", "theirs"), "old, longer", "old", note("theirs", "old, longer")),
        (note("theirs", "more"), note("theirs", "mine"), "theirs", note("theirs", "more", "mine")),
    ],
)
def test_two_hands_on_one_note(held: str, text: str, before: str, both: str) -> None:
    assert joined(held, text, before) == both


notes = st.lists(st.sampled_from(["a", "b", "c\nd", "e"]), unique=True, max_size=3).map(
    lambda parts: SEAM.join(parts)
)


def parts(text: str) -> set[str]:
    return set(filter(None, text.split(SEAM)))


@given(held=notes, text=notes, before=notes)
def test_what_either_hand_wrote_is_in_the_note(held: str, text: str, before: str) -> None:
    both = joined(held, text, before)
    assert parts(both) >= parts(text) - parts(before) | (parts(held) - parts(before))
    assert parts(both) >= parts(held) & parts(text)
    assert parts(both) <= parts(held) | parts(text)
    # To write the outcome once more changes nothing.
    assert joined(both, both, held) == both
    assert joined(both, text, text) == (both if both == text else joined(both, text, text))
