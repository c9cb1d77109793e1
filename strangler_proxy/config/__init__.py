"""`strangler.toml`: its model, how it is loaded with line numbers, validated, and edited without losing a comment."""
