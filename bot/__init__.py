"""An assistant that answers questions about the #MeToo movement from a curated fact store."""
