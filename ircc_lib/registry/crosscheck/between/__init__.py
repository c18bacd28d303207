"""Do rows agree that speak of the same thing in other tables, other groups, other reports?"""
