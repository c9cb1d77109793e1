"""Recordings of traffic: written as HAR, asked again of any backend, and run as tests."""
