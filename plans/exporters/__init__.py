"""What leaves the site as files; each format is one module here."""
