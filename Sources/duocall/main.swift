print("duocall")
