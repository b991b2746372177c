"""The configuration of Sphinx; the pages come from website.py in this folder."""

project = "refcycle"
author = "The refcycle developers"
copyright = author
html_title = "refcycle"

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
root_doc = "index"

# Links to headings, with the names that GitHub gives them.
myst_heading_anchors = 4
suppress_warnings = ["myst.header"]  # a docstring may begin with a heading of any level

html_theme = "furo"
html_extra_path = ["extra"]
html_copy_source = True  # llms.txt refers to the sources
html_show_sourcelink = False
html_last_updated_fmt = None
pygments_style = "friendly"
pygments_dark_style = "monokai"
