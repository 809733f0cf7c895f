"""What a browser keeps of what is not confirmed (``static/js/copies.js``), seen from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Writing to a database takes a browser a moment: ask until there are so many, or give up.
_ASK = """async ([wanted, patience]) => {
  const database = await new Promise((found, failed) => {
    const asked = indexedDB.open("unsaved", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(
      "copies", { keyPath: ["person", "plan", "section", "name", "page"] });
    asked.onsuccess = () => found(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  const until = Date.now() + patience;
  let all;
  do {
    all = await new Promise((found) => {
      const asked = database.transaction("copies").objectStore("copies").getAll();
      asked.onsuccess = () => found(asked.result);
    });
  } while (all.length !== wanted && Date.now() < until);
  database.close();
  return all.map((copy) => copy.text);
}"""


def kept(page: Page, count: int, patience: float = 10_000) -> list[str]:
    """The texts kept on this device, whoever typed them, as soon as there are ``count``.

    After so many milliseconds, those that are there.
    """
    texts: list[str] = page.evaluate(_ASK, [count, patience])
    return texts
