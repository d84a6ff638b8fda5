"""Speed and memory against hand-written code, as ratios within one run. Never a test."""
