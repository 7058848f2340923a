// MediaNetwork
