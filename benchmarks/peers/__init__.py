"""What others wrote, measured beside this project in environments of its own: their pins must never meet ours."""
