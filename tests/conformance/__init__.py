"""What the standards ask of a proxy, as raw bytes: cases, mutations and fuzzing, against ours and against its peers."""
