"""A Chinese notebook: the code and outputs of the English one, with Chinese text in its Markdown cells.

NAME.zh-CN.md holds that text, cell by cell in the English order, each below a mark, <!-- translates 1a2b3c4d -->. The eight
digits are the key of the English cell: the first of the SHA-256 of its text. When an English cell changes, so does its key,
and no notebook is made before someone has read the Chinese text again and set its mark to the new key.
"""

import hashlib
import re

MARK = re.compile(r"^<!-- translates ([0-9a-f]{8}) -->$", re.M)


class Outdated(Exception):
    """Says in one line where the Chinese text does not belong to the English."""


def key(english):
    return hashlib.sha256(english.encode("utf-8")).hexdigest()[:8]


def parts(path):
    """The Chinese texts of a file in their order, each with the key of the English cell that it translates."""
    pieces = MARK.split(path.read_text(encoding="utf-8"))[1:]
    return [(mark, text.strip()) for mark, text in zip(pieces[::2], pieces[1::2])]


def translated(notebook, path):
    """The English notebook, changed in place: its Markdown cells hold the texts of the file at path."""
    chinese = parts(path)
    # Jupytext pairs the English notebook with a page; saving this one must not write over its own text.
    notebook.metadata.pop("jupytext", None)
    number = 0
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type != "markdown":
            continue
        mark, text = chinese[number] if number < len(chinese) else ("none", "")
        if mark != key(cell.source):
            begins = cell.source.splitlines()[0][:60]
            raise Outdated(f"{path.name}: no text for cell {place} of the English notebook, \"{begins}\" "
                           f"(key {key(cell.source)}; the mark there is {mark}): "
                           "mvn test -Dtest=TranslationsTest names all such cells")
        cell.source = text
        number += 1
    if number < len(chinese):
        raise Outdated(f"{path.name}: the text under the mark {chinese[number][0]} belongs to no cell")
    return notebook
