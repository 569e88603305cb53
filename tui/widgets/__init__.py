"""Line-rendered widgets: each draws what it is given and posts what the agent did."""
