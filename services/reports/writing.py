"""Reports written to PDF files, several at a time."""

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from catalog.store.files import write_whole
from services.reports.model import Book, Brief, Sheet
from services.reports.pdf import typeset

_TEMPLATES: dict[type, str] = {Sheet: "profile", Book: "book", Brief: "brief"}


@dataclass(frozen=True)
class Task:
    """A report and the file that it becomes."""

    document: Sheet | Book | Brief
    language: str
    path: Path


def write(task: Task) -> Path:
    """Write one report; a file of that name is replaced whole.

    Raises:
        CannotTypeset: the report would break PDF/UA-1.

    """
    made = typeset(_TEMPLATES[type(task.document)], task.document, task.language)
    write_whole(task.path, made)
    return task.path


def write_all(tasks: Sequence[Task], processes: int = 1) -> Iterator[Path]:
    """Write reports in as many processes; the files in the order of the tasks, each as soon as those before it.

    What takes longest should come first. Few reports are written without processes: these start slower than
    typst sets some pages.
    """
    if processes == 1 or len(tasks) < 4 * processes:
        yield from map(write, tasks)
        return
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(write, tasks)
