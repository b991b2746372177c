# https://github.com/scrapy/scrapy/pull/535
"""A text that XPath found knows its element, and that the whole tree."""

from lxml import etree

import refcycle

CAUSE = ["titles", "_ElementUnicodeResult"]
FIX = [("smart_strings=False", "str(")]
NEVER = ["WeakValueDictionary"]

titles = []


def scrape(page):
    tree = etree.HTML(page)
    titles.extend(tree.xpath("//title/text()"))


scrape("<html><head><title>News</title></head><body>" + "<p>text</p>" * 100 + "</body></html>")
snapshot = refcycle.snapshot(untracked=True)
print(snapshot.why(snapshot.find_by_typename("_Element")[0]))
