"""Private servers got in different ways, and how one sees that they answer. Standard library only; knows no section."""
