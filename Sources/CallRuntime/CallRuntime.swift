// CallRuntime
