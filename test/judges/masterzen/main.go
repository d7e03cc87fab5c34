// Asks a WinRM listener through masterzen/winrm what it is told on standard input, and prints what it saw, as JSON.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/masterzen/winrm"
)

type question struct {
	Port     int
	Username string
	Password string
	// PEM; https when there is one.
	CaFile   string
	Commands []command
}

type command struct {
	Line string
	// Base64; nothing is sent without it.
	Input []byte
}

type stream struct {
	Bytes  int    `json:"bytes"`
	Sha256 string `json:"sha256"`
	Start  string `json:"start"`
}

type result struct {
	Stdout   stream `json:"stdout"`
	Stderr   stream `json:"stderr"`
	ExitCode int    `json:"exitCode"`
}

type verdict struct {
	Login   string   `json:"login"`
	Results []result `json:"results"`
}

func describe(buffer *bytes.Buffer) stream {
	digest := sha256.Sum256(buffer.Bytes())
	start := string(buffer.Bytes()[:min(buffer.Len(), 4096)])
	return stream{buffer.Len(), hex.EncodeToString(digest[:]), start}
}

func min(a, b int) int {
	if a < b {
		return a
	}
	return b
}

func connect(asked question) (*winrm.Client, error) {
	var issuers []byte
	if asked.CaFile != "" {
		pem, err := os.ReadFile(asked.CaFile)
		if err != nil {
			return nil, err
		}
		issuers = pem
	}
	endpoint := winrm.NewEndpoint("127.0.0.1", asked.Port, issuers != nil, false, issuers, nil, nil, 30*time.Second)
	return winrm.NewClient(endpoint, asked.Username, asked.Password)
}

func run(client *winrm.Client, asked command) (result, error) {
	var stdout, stderr bytes.Buffer
	var code int
	var err error
	if asked.Input == nil {
		code, err = client.Run(asked.Line, &stdout, &stderr)
	} else {
		// A plain reader is copied in pieces of 32 KB; one that writes itself goes out in pieces that base64 makes
		// larger than the envelope.
		pieces := struct{ io.Reader }{bytes.NewReader(asked.Input)}
		code, err = client.RunWithInput(asked.Line, &stdout, &stderr, pieces)
	}
	return result{describe(&stdout), describe(&stderr), code}, err
}

func judge(asked question) (verdict, error) {
	client, err := connect(asked)
	if err != nil {
		return verdict{}, err
	}
	results := []result{}
	for _, one := range asked.Commands {
		done, err := run(client, one)
		if err != nil && strings.Contains(err.Error(), "401") {
			return verdict{"refused", results}, nil
		}
		if err != nil {
			return verdict{}, err
		}
		results = append(results, done)
	}
	return verdict{"accepted", results}, nil
}

func main() {
	var asked question
	err := json.NewDecoder(os.Stdin).Decode(&asked)
	if err == nil {
		var found verdict
		if found, err = judge(asked); err == nil {
			err = json.NewEncoder(os.Stdout).Encode(found)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
