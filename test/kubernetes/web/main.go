// A web server for pods of the tests: it tells which pod it is, and what it can reach.
//
//	GET /            the host name
//	GET /fetch?url=  what another URL answers, as JSON: {"status": 200, "body": "..."} or {"error": "..."}
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const (
	fetchTimeout = 5 * time.Second
	bodyLimit    = 1 << 20
)

type fetched struct {
	Status int    `json:"status,omitempty"`
	Body   string `json:"body,omitempty"`
	Error  string `json:"error,omitempty"`
}

// A new connection each time: a kept one would always reach the same endpoint of a Service.
var client = &http.Client{Timeout: fetchTimeout, Transport: &http.Transport{DisableKeepAlives: true}}

func fetch(url string) fetched {
	response, err := client.Get(url)
	if err != nil {
		return fetched{Error: err.Error()}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, bodyLimit))
	if err != nil {
		return fetched{Status: response.StatusCode, Error: err.Error()}
	}
	return fetched{Status: response.StatusCode, Body: string(body)}
}

func main() {
	address := flag.String("listen", ":8080", "address to listen on")
	flag.Parse()
	name, err := os.Hostname()
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, name) })
	http.HandleFunc("GET /fetch", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("content-type", "application/json")
		_ = json.NewEncoder(w).Encode(fetch(r.URL.Query().Get("url")))
	})
	// The first process of a container has no default action for SIGTERM: it would be killed after the grace period.
	ends := make(chan os.Signal, 1)
	signal.Notify(ends, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		<-ends
		os.Exit(0)
	}()
	log.Fatal(http.ListenAndServe(*address, nil))
}
