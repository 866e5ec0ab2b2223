"""The screens: the only door to Textual."""
