"""Finding plans: what was typed (``words``), what it means (``meaning``), what can be chosen
(``facets``) and how many plans that leaves (``counting``), which typing error may have been made
(``mending``), where the words stand (``context``); all of it together is a ``selection``."""
