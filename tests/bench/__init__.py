"""What one district costs: Rollcall, a careful script and the plain limits, measured side by side."""
