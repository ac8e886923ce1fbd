NAME = "layered"
