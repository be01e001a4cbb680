# Charts: what stands around every one.

chart-table = Show as table
chart-csv = Figures as CSV
