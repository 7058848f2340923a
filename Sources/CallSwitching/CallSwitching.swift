// CallSwitching
