// Reads a log, its receipts and its keys with other people's implementations of the same formats, and makes notes and
// receipts of its own for ours to read. Called by src/core/ledger/independent.test.ts.
//
//	tlog-check LOG-FOLDER ED25519-VKEY ML-DSA-VKEY [RECEIPT-FILE]...
//
// Prints one JSON object; ends with 1 and a sentence when anything does not verify.
package main

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	tdlog "github.com/transparency-dev/formats/log"
	tdnote "github.com/transparency-dev/formats/note"
	tdproof "github.com/transparency-dev/formats/proof"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type inclusion struct {
	Index  int64    `json:"index"`
	Hashes []string `json:"hashes"`
}

type consistency struct {
	Size   int64    `json:"size"`
	Root   string   `json:"root"`
	Hashes []string `json:"hashes"`
}

type made struct {
	Vkeys   []string `json:"vkeys"`
	Origin  string   `json:"origin"`
	Entry   string   `json:"entry"`
	Receipt string   `json:"receipt"`
}

type report struct {
	Origin      string        `json:"origin"`
	Size        int64         `json:"size"`
	Root        string        `json:"root"`
	Entries     int           `json:"entries"`
	Receipts    int           `json:"receipts"`
	Inclusion   []inclusion   `json:"inclusion"`
	Consistency []consistency `json:"consistency"`
	Made        made          `json:"made"`
}

func main() {
	if err := run(os.Args[1], os.Args[2], os.Args[3], os.Args[4:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(folder, ed25519Key, mlDsaKey string, receipts []string) error {
	ed25519, err := note.NewVerifier(ed25519Key)
	if err != nil {
		return fmt.Errorf("Ed25519 key: %w", err)
	}
	mlDsa, err := tdnote.NewMLDSAVerifier(mlDsaKey)
	if err != nil {
		return fmt.Errorf("ML-DSA key: %w", err)
	}
	signed, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		return err
	}
	checkpoint, err := open(signed, ed25519, mlDsa)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	out := report{Origin: checkpoint.Origin, Size: int64(checkpoint.Size), Root: encode(checkpoint.Hash)}

	tree := tlog.Tree{N: out.Size, Hash: tlog.Hash(checkpoint.Hash)}
	hashes := tlog.TileHashReader(tree, &tiles{folder})
	if err := readEntries(folder, tree, hashes, &out); err != nil {
		return err
	}
	if err := prove(tree, hashes, &out); err != nil {
		return err
	}
	for _, path := range receipts {
		if err := checkReceipt(path, ed25519, mlDsa); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		out.Receipts++
	}
	if out.Made, err = makeReceipt(); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(out)
}

func open(signed []byte, ed25519, mlDsa note.Verifier) (*tdlog.Checkpoint, error) {
	checkpoint, extensions, opened, err := tdlog.ParseCheckpoint(signed, ed25519.Name(), ed25519, mlDsa)
	if err != nil {
		return nil, err
	}
	if len(opened.Sigs) != 2 || len(extensions) != 0 {
		return nil, fmt.Errorf("%d of 2 signatures verify, and there are %d bytes of extensions", len(opened.Sigs), len(extensions))
	}
	return checkpoint, nil
}

// Tiles of height 8 by C2SP's paths, which leave the height out.
type tiles struct{ folder string }

func (t *tiles) Height() int                     { return 8 }
func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(t.folder, path))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

// Every entry of every bundle must hash to the leaf that the tree proves at its index.
func readEntries(folder string, tree tlog.Tree, hashes tlog.HashReader, out *report) error {
	var index int64
	for n := int64(0); n*256 < tree.N; n++ {
		tile := tlog.Tile{H: 8, L: -1, N: n, W: int(min(256, tree.N-n*256))}
		path := strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1)
		bundle, err := os.ReadFile(filepath.Join(folder, path))
		if err != nil {
			return err
		}
		for range tile.W {
			length := int(binary.BigEndian.Uint16(bundle))
			entry := bundle[2 : 2+length]
			bundle = bundle[2+length:]
			inTree, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
			if err != nil {
				return err
			}
			if inTree[0] != tlog.RecordHash(entry) {
				return fmt.Errorf("entry %d is not the one in the tree", index)
			}
			index++
			out.Entries++
		}
		if len(bundle) > 0 {
			return fmt.Errorf("%s goes on after its last entry", path)
		}
	}
	return nil
}

// Proofs made by this implementation, for the other to check.
func prove(tree tlog.Tree, hashes tlog.HashReader, out *report) error {
	for index := int64(0); index < tree.N; index += 1 + tree.N/50 {
		path, err := tlog.ProveRecord(tree.N, index, hashes)
		if err != nil {
			return err
		}
		out.Inclusion = append(out.Inclusion, inclusion{index, encodeAll(path)})
	}
	for size := int64(1); size <= tree.N; size += 1 + tree.N/50 {
		root, err := tlog.TreeHash(size, hashes)
		if err != nil {
			return err
		}
		path, err := tlog.ProveTree(tree.N, size, hashes)
		if err != nil {
			return err
		}
		out.Consistency = append(out.Consistency, consistency{size, encode(root[:]), encodeAll(path)})
	}
	return nil
}

// A receipt carries its entry as the member "entry" of the JSON in its extra line, in canonical form.
func checkReceipt(path string, ed25519, mlDsa note.Verifier) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var receipt tdproof.TLogProof
	if err := receipt.Unmarshal(text); err != nil {
		return err
	}
	if !bytes.Equal(receipt.Marshal(), text) {
		return fmt.Errorf("it is spelled in another way")
	}
	checkpoint, err := open(receipt.Checkpoint, ed25519, mlDsa)
	if err != nil {
		return err
	}
	var extra struct{ Entry json.RawMessage }
	if err := json.Unmarshal(receipt.ExtraData, &extra); err != nil {
		return err
	}
	var hashes [][]byte
	for i := range receipt.Hashes {
		hashes = append(hashes, receipt.Hashes[i][:])
	}
	hasher := rfc6962.DefaultHasher
	return proof.VerifyInclusion(hasher, receipt.Index, checkpoint.Size, hasher.HashLeaf(extra.Entry), hashes, checkpoint.Hash)
}

// A small log of this program's own, signed with fresh keys of both kinds, and a receipt of one of its entries.
func makeReceipt() (made, error) {
	const origin, size, index = "independent.example/log", 11, 6
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var found []tlog.Hash
		for _, i := range indexes {
			found = append(found, stored[i])
		}
		return found, nil
	})
	entry := func(i int64) []byte { return fmt.Appendf(nil, "entry %d", i) }
	for i := int64(0); i < size; i++ {
		more, err := tlog.StoredHashes(i, entry(i), reader)
		if err != nil {
			return made{}, err
		}
		stored = append(stored, more...)
	}
	root, err := tlog.TreeHash(size, reader)
	if err != nil {
		return made{}, err
	}
	path, err := tlog.ProveRecord(size, index, reader)
	if err != nil {
		return made{}, err
	}
	privateEd25519, publicEd25519, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return made{}, err
	}
	privateMlDsa, publicMlDsa, err := tdnote.GenerateMLDSAKey(origin)
	if err != nil {
		return made{}, err
	}
	own, err := note.NewSigner(privateEd25519)
	if err != nil {
		return made{}, err
	}
	cosigner, err := tdnote.NewMLDSASigner(privateMlDsa)
	if err != nil {
		return made{}, err
	}
	text := tdlog.Checkpoint{Origin: origin, Size: size, Hash: root[:]}.Marshal()
	signed, err := note.Sign(&note.Note{Text: string(text)}, own, cosigner)
	if err != nil {
		return made{}, err
	}
	receipt := tdproof.TLogProof{Index: index, Checkpoint: signed, ExtraData: []byte("x")}
	for _, hash := range path {
		receipt.Hashes = append(receipt.Hashes, [sha256.Size]byte(hash))
	}
	return made{[]string{publicEd25519, publicMlDsa}, origin, string(entry(index)), string(receipt.Marshal())}, nil
}

func encode(hash []byte) string { return base64.StdEncoding.EncodeToString(hash) }

func encodeAll(hashes []tlog.Hash) []string {
	all := []string{}
	for _, hash := range hashes {
		all = append(all, encode(hash[:]))
	}
	return all
}
