"""Reading for other programs: ``/api/v1/``, what everybody in the network may read, as JSON.

``door`` lets keys in and gives every answer its headers; ``shapes`` are what goes out; ``addresses``
are the answers; ``describing`` puts all of it into the OpenAPI document.
"""
