DROP INDEX duties_left;
