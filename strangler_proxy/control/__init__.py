"""The control plane: a Django project that keeps the evidence and shows it. Workers serve without it."""
