// Phones
