// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// commandTree describes a command for the tool that writes the man pages and the documentation: it is
// another program, so that what renders them is not in this one.
type commandTree struct {
	Use      string        `json:"use"`
	Short    string        `json:"short"`
	Long     string        `json:"long,omitempty"`
	Example  string        `json:"example,omitempty"`
	Flags    []flagOf      `json:"flags,omitempty"`
	Commands []commandTree `json:"commands,omitempty"`
}

type flagOf struct {
	Name         string `json:"name"`
	Shorthand    string `json:"shorthand,omitempty"`
	Usage        string `json:"usage"`
	Type         string `json:"type"`
	Default      string `json:"default,omitempty"`
	NoOptDefault string `json:"noOptDefault,omitempty"`
}

func newCommandsCommand(p *program) *cobra.Command {
	return &cobra.Command{
		Use:    "__commands",
		Hidden: true,
		Args:   noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return json.NewEncoder(p.Out).Encode(treeOf(cmd.Root()))
		},
	}
}

func treeOf(cmd *cobra.Command) commandTree {
	cmd.InitDefaultHelpFlag()
	tree := commandTree{Use: cmd.Use, Short: cmd.Short, Long: cmd.Long, Example: cmd.Example}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			tree.Flags = append(tree.Flags, flagOf{f.Name, f.Shorthand, f.Usage, f.Value.Type(), f.DefValue, f.NoOptDefVal})
		}
	})
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			tree.Commands = append(tree.Commands, treeOf(sub))
		}
	}
	return tree
}
