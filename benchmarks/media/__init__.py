"""What it costs to make recordings and pictures ready, beside the bare tools."""
