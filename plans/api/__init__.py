"""Reading for other programs: ``/api/v1/``, what everybody in the network may read, as JSON.

``door`` lets keys in and gives every answer its headers; ``asking`` and ``paging`` read what is
asked for; ``addresses`` answer in ``shapes`` (``telling``), or refuse with ``problems``;
``describing`` tells all of it as an OpenAPI document.
"""
