"""What the doors cost: signing in, and knowing at each request who asks."""
