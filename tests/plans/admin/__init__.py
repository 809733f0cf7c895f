"""The administration pages of the plans app, asked as a browser asks them."""
