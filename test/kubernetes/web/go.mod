module quilla.test/web

go 1.26.0
