"""The pages, a module each: what one shows is a document, which is also its JSON."""
