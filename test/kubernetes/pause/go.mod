module quilla.test/pause

go 1.26.0
