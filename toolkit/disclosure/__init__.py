"""What an audience may see: names, small numbers, personal data in free text."""
