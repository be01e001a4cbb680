# Diagramme: was um jedes herum steht.

chart-table = Als Tabelle zeigen
chart-csv = Zahlen als CSV
