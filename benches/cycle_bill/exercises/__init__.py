"""A light exercise for each package of the bill: a function with its name, with _ for -.

Nothing uses a network or leaves files behind. Each function runs twice in its own process:
the first call imports the package, the second shows the cost of each further use.
"""

from . import science_and_documents, services_and_text, tools, web_and_data

MODULES = (web_and_data, science_and_documents, tools, services_and_text)
