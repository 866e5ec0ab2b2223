"""What the directory is made of: values, without disk, network or screen."""
