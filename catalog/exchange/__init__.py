"""Records in the formats that other catalogs read; a record itself knows none of them.

ogc_record   GeoJSON records of OGC API Records, part 1
"""
