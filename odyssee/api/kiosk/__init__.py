"""What kiosks call, under `/kiosk/v1`."""
