"""A light exercise of each package of the bill: a function of its name, with - as _.

Nothing uses a network or leaves files behind. A function runs twice in a process of its own: the
first call imports the package, the second is what each further use costs.
"""

from . import science_and_documents, services_and_text, tools, web_and_data

MODULES = (web_and_data, science_and_documents, tools, services_and_text)
