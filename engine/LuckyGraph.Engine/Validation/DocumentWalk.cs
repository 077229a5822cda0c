using System.Collections.Immutable;
using LuckyGraph.Engine.Types;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Validation;

/// <summary>One pass over a document with type information, for all rules together.</summary>
internal sealed class DocumentWalk(ValidationContext context, ValidationRule[] rules)
{
    private readonly Schema schema = context.Schema;
    private DefinitionFacts facts = null!;

    public void Run()
    {
        foreach (var rule in rules)
        {
            rule.Document(context.Document);
        }

        foreach (var definition in context.Document.Definitions)
        {
            switch (definition)
            {
                case OperationDefinitionNode operation: Operation(operation); break;
                case FragmentDefinitionNode fragment: Fragment(fragment); break;
                case TypeSystemDefinitionNode typeSystem:
                    facts = new DefinitionFacts(typeSystem);
                    foreach (var rule in rules)
                    {
                        rule.TypeSystem(typeSystem);
                    }

                    foreach (var (directives, location) in TypeSystemDirectives.Of(typeSystem))
                    {
                        Directives(directives, location);
                    }

                    foreach (var reference in TypeReferences.Of(typeSystem))
                    {
                        NamedType(reference);
                    }

                    break;
            }
        }

        foreach (var rule in rules)
        {
            rule.End();
        }
    }

    private void Operation(OperationDefinitionNode operation)
    {
        facts = new DefinitionFacts(operation);
        context.Operations.Add(facts);
        var root = schema.RootType(operation.Operation);
        foreach (var rule in rules)
        {
            rule.Operation(operation, root);
        }

        foreach (var variable in operation.Variables)
        {
            var type = schema.Type(variable.Type);
            foreach (var rule in rules)
            {
                rule.VariableDefinition(variable, type);
            }

            NamedType(variable.Type);
            if (variable.DefaultValue is { } value)
            {
                Value(value, type, false, null);
            }

            Directives(variable.Directives, "VARIABLE_DEFINITION");
        }

        Directives(operation.Directives, operation.Operation switch
        {
            OperationKind.Query => "QUERY",
            OperationKind.Mutation => "MUTATION",
            _ => "SUBSCRIPTION",
        });
        SelectionSet(operation.SelectionSet, root);
    }

    private void Fragment(FragmentDefinitionNode fragment)
    {
        facts = new DefinitionFacts(fragment);
        context.FragmentFacts[fragment.Name.Value] = facts;
        var type = schema.Type(fragment.TypeCondition.Name.Value);
        foreach (var rule in rules)
        {
            rule.Fragment(fragment, type);
            rule.NamedType(fragment.TypeCondition);
        }

        Directives(fragment.Directives, "FRAGMENT_DEFINITION");
        SelectionSet(fragment.SelectionSet, type);
    }

    private void NamedType(TypeNode type)
    {
        var named = TypeReferences.Named(type);
        foreach (var rule in rules)
        {
            rule.NamedType(named);
        }
    }

    private void SelectionSet(SelectionSetNode selectionSet, NamedType? parent)
    {
        parent = parent is { IsComposite: true } ? parent : null;
        foreach (var selection in selectionSet.Selections)
        {
            switch (selection)
            {
                case FieldNode node:
                    var field = parent is null ? null : schema.Field(parent, node.Name.Value);
                    foreach (var rule in rules)
                    {
                        rule.Field(node, parent, field);
                    }

                    Arguments(node.Arguments, field?.Arguments ?? []);
                    Directives(node.Directives, "FIELD");
                    if (node.SelectionSet is { } nested)
                    {
                        SelectionSet(nested, field?.Type.Named);
                    }

                    break;
                case FragmentSpreadNode spread:
                    facts.Spreads.Add(spread);
                    foreach (var rule in rules)
                    {
                        rule.Spread(spread, parent);
                    }

                    Directives(spread.Directives, "FRAGMENT_SPREAD");
                    break;
                case InlineFragmentNode inline:
                    var type = inline.TypeCondition is { } condition ? schema.Type(condition.Name.Value) : parent;
                    foreach (var rule in rules)
                    {
                        rule.InlineFragment(inline, parent, type);
                    }

                    if (inline.TypeCondition is { } named)
                    {
                        NamedType(named);
                    }

                    Directives(inline.Directives, "INLINE_FRAGMENT");
                    SelectionSet(inline.SelectionSet, type);
                    break;
            }
        }
    }

    private void Directives(ImmutableArray<DirectiveNode> directives, string location)
    {
        if (directives.IsEmpty)
        {
            return;
        }

        foreach (var rule in rules)
        {
            rule.Directives(directives, location);
        }

        foreach (var node in directives)
        {
            var directive = schema.Directives.GetValueOrDefault(node.Name.Value);
            foreach (var rule in rules)
            {
                rule.Directive(node, directive, location);
            }

            Arguments(node.Arguments, directive?.Arguments ?? []);
        }
    }

    private void Arguments(ImmutableArray<ArgumentNode> arguments, ImmutableArray<InputValueDefinition> definitions)
    {
        foreach (var argument in arguments)
        {
            InputValueDefinition? definition = null;
            foreach (var candidate in definitions)
            {
                if (candidate.Name == argument.Name.Value)
                {
                    definition = candidate;
                    break;
                }
            }

            Value(argument.Value, definition?.Type, definition?.DefaultValue is not null, null);
        }
    }

    private void Value(ValueNode value, GraphType? type, bool hasDefault, InputObjectType? oneOf)
    {
        switch (value)
        {
            case VariableNode variable:
                facts.Usages.Add(new VariableUsage(variable, type, hasDefault, oneOf));
                break;
            case ListValueNode list:
                var itemType = type?.Nullable is ListType listType ? listType.OfType : type?.Nullable;
                foreach (var item in list.Values)
                {
                    Value(item, itemType, false, null);
                }

                break;
            case ObjectValueNode map:
                foreach (var rule in rules)
                {
                    rule.ObjectValue(map);
                }

                var input = type?.Named as InputObjectType;
                foreach (var node in map.Fields)
                {
                    var field = input?.Field(node.Name.Value);
                    Value(node.Value, field?.Type, field?.DefaultValue is not null, input is { IsOneOf: true } ? input : null);
                }

                break;
        }
    }
}
