"""What training examples from the store are labelled with: the importer sets it, components and the lint go by it."""

# The intent of the questions of the background collection, on which the documents are silent, and the fact's id.
SILENT = "not_in_documents"
BACKGROUND = "background"
# The intent of the claims of misconceptions, and the misconception's id.
FALSE_PREMISE = "false_premise"
MISCONCEPTION = "misconception"
