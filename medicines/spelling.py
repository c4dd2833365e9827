"""One slip of the finger: a letter left out, added, changed, or two swapped."""

from collections.abc import Iterable


def without_one(word: str) -> set[str]:
    """The word with each letter in turn left out."""
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def swapped(word: str) -> set[str]:
    """The word with each pair of neighbouring letters swapped."""
    return {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)} - {word}


class Speller:
    """Finds the one known word that a misspelt word can be by a single slip.

    Only words of at least `shortest` letters with the right first letter are corrected (a swap may move
    the first), a changed letter only where both have at least `shortest_changed`; two candidates: none.
    Without `same_first` any letter may be the one with the slip.
    """

    def __init__(
        self, words: Iterable[str], shortest: int = 5, shortest_changed: int = 7, same_first: bool = True
    ) -> None:
        self.same_first = same_first
        self.words = {word for word in words if len(word) >= shortest and word.isalpha()}
        self.shortest = shortest
        self.shortest_changed = shortest_changed
        self.reduced: dict[str, set[str]] = {}
        for word in self.words:
            for shorter in without_one(word):
                self.reduced.setdefault(shorter, set()).add(word)

    def correct(self, word: str) -> str | None:
        """The single known word one slip away, or None."""
        found = self.candidates(word)
        return found.pop() if len(found) == 1 else None

    def candidates(self, word: str) -> set[str]:
        """The known words one slip away; the word itself where it is known."""
        if word in self.words:
            return {word}
        if len(word) < self.shortest - 1 or not word.isalpha():
            return set()
        found = {known for known in swapped(word) if known in self.words}
        found |= {known for known in self.reduced.get(word, ()) if self._begins(known, word)}
        shorter_words = without_one(word)
        found |= {known for known in shorter_words if known in self.words and self._begins(known, word)}
        if len(word) >= self.shortest_changed:
            found |= self.changed(word, shorter_words)
        return found

    def _begins(self, known: str, word: str) -> bool:
        return not self.same_first or known[0] == word[0]

    def changed(self, word: str, shorter_words: set[str]) -> set[str]:
        """Known words of the same length that differ in one letter."""
        same_length = (
            known
            for shorter in shorter_words
            for known in self.reduced.get(shorter, ())
            if len(known) == len(word) and self._begins(known, word)
        )
        return {known for known in same_length if sum(a != b for a, b in zip(known, word, strict=True)) == 1}
