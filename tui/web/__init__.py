"""The visitor's door: HTTP and WebSocket API, the page, the widget."""
