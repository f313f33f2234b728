"""Shows HTML files as a mail program does, at phone and desktop width, light and dark: what axe finds wrong, what is wider than the page
and what is asked of the network. In Debian's chromium, by Playwright.

    cd tests && python3 -m support.browser FOLDER FILE…     also puts a picture of each into FOLDER
"""

import json
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTHS = (390, 1200)
PATIENCE_MS = 180_000   # of a busy machine
AXE = Path(sys.modules["playwright"].__file__).parent.parent / "axe_playwright_python" / "axe.min.js"


def faults(files: list[Path], pictures: Path | None = None) -> list[str]:
    """One line for each fault; none where all is well."""
    found = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-dev-shm-usage"],
                                       timeout=PATIENCE_MS)
        for colour in ("light", "dark"):
            for width in WIDTHS:
                context = browser.new_context(color_scheme=colour, viewport={"width": width, "height": 900}, offline=True)
                context.set_default_timeout(PATIENCE_MS)
                for file in files:
                    page = context.new_page()
                    name = f"{file.stem}-{colour}-{width}"
                    found += [f"{name}: {fault}" for fault in _faults_of(page, file, width)]
                    if pictures:
                        page.screenshot(path=pictures / f"{name}.png", full_page=True)
                    page.close()
                context.close()
        browser.close()
    return found


def _faults_of(page, file, width):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(file.read_text("utf-8"))
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        yield f"is {wide} px wide"
    if asked:
        yield f"asks for {asked}"
    page.evaluate(AXE.read_text("utf-8"))
    for violation in page.evaluate("axe.run()")["violations"]:
        yield f"{violation['id']}: {' | '.join(node['html'][:120] for node in violation['nodes'][:3])}"


if __name__ == "__main__":
    print(json.dumps(faults([Path(name) for name in sys.argv[2:]], Path(sys.argv[1])), indent=1))
