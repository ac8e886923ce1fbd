"""What the commands in this folder are made of. Standard library only."""
